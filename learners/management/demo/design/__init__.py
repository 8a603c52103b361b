"""What the demonstration's achievements are made of: a framework, designs, activities, boards."""
