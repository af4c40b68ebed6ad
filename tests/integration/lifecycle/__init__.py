"""Installing, enabling, disabling, upgrading, removing and restoring addons."""
