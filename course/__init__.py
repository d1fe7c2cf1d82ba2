"""Assignments: releases, fair grading of hostile and broken submissions, and what goes back to a learning platform."""
