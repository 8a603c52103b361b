"""What do these credentials add up to?"""
