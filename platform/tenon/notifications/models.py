"""What a member was told. No business record: nothing hangs on it, nobody audits it, it is forgotten after a while."""

from __future__ import annotations

from django.db import models


class Notification(models.Model):
    """One line of a member's list: somebody did something to a record that concerns them. `kind` says what; the web
    app has the words for it, so that everybody reads it in their language."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        ALERT = "alert"  # something needs looking after: the record says what
        LATE = "late"  # will be later than promised
        DUE = "due"  # theirs, and to be done by a day that is near or past
        ASSIGNED = "assigned"  # theirs from now on
        ASK = "ask"  # waits for their decision
        DECIDED = "decided"  # what they asked for
        ANSWER = "answer"  # somebody outside said something to theirs

    member = models.ForeignKey("access.Member", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    entity = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=200)  # the record's title when it happened
    author = models.CharField(max_length=160)
    excerpt = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="notification_of_member"),
            models.Index(fields=["member"], name="notification_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["created_at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"
