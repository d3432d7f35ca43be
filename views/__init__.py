"""What the web page looks like: pure rendering, and the Gradio page that uses it."""
