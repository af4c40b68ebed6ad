"""The models of the measurements as a module of Tryton; copied into the environment of the peers."""
