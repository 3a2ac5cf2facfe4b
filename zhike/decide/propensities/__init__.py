"""Calibrated P(response | contact) from labels that come late: members, their mixture and what is done about delay.

A member learns from rows (``partial_fit``) and answers ``predict_proba``; nobody hands it a label before it is known
(``delayed_labels``). Members differ in what they stand: a hashed logistic regression follows the last days, trees on a window
stand months of delay, the adaptive naive Bayes is what banks run today. ``PropensityMix`` weighs them by what became known.

``DelayedBatch`` learns all at once, also from contacts whose time has not run out; ``SegmentModels`` gives segments models of
their own where an inner validation says that they help.
"""
