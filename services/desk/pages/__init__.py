"""What people look at: pages whose address is their state."""
