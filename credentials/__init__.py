"""What is issued, and can it be trusted?"""
