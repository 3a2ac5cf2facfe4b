"""Deliverers: how messages leave the house, by file, by mail or by a signed request, and the file that says which channel uses which."""

from zhike.adapters.delivery.configuration import (
    DELIVERERS,
    ChannelsInForce,
    deliverers_file,
    deliverers_of,
)
from zhike.adapters.delivery.webhook import signature

__all__ = ["DELIVERERS", "ChannelsInForce", "deliverers_file", "deliverers_of", "signature"]
