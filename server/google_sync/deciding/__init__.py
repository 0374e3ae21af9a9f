"""What is done about a difference between both sides; the plan itself is pure."""
