"""What `zhike measure` answers: figures of a survey from answers and a model file, as plain values. Pure."""
