"""What does it mean for me, and who may see it?"""
