"""Adapters of the bells: signs of life, the register, the gateway over MQTT."""
