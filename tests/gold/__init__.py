"""The gold questions, what they must be like, and the figures that no change may fall below."""
