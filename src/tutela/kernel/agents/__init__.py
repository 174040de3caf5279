"""Drugs: which ingredient a name means, and what it is given for."""

from __future__ import annotations

from tutela.kernel.agents.devices import DEVICE_NAMES, find_device
from tutela.kernel.agents.lookup import add_agents, find_agent, find_role
from tutela.kernel.agents.model import AGENTS, Agent

__all__ = ["AGENTS", "DEVICE_NAMES", "Agent", "add_agents", "find_agent", "find_device", "find_role"]
