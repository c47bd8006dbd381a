"""MQTT 3.1.1 by paho: to the bells, and to the smart lights."""
