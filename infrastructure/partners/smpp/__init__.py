"""Text messages over SMPP 3.4, on the codec of smpplib."""
