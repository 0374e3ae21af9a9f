"""What is charged, and what becomes of it: charges, bills, payments, papers, webhooks."""
