"""What each way to be fast is worth: the same text, spoken by configurations that improve in steps."""
