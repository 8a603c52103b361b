"""Was it achieved, and who says so?"""
