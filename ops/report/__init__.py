"""`report`: what a campaign came to, as a page to print."""
