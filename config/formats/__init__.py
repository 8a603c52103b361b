"""How days and hours are written, by language, where Django's own way is not ours."""
