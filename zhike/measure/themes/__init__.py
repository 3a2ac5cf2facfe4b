"""What people write about when they are asked openly: themes that are found or named beforehand, and opinions on aspects."""
