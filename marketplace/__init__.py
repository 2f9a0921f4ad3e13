"""Daylight: a marketplace where public authorities publish problems and small firms answer them."""
