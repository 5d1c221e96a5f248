"""Fill 统计 with the table's totals; its charts follow by themselves."""

from __future__ import annotations
