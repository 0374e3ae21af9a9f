"""What insurers get: superbills for clients, and claims."""
