from django.db import models


class Mode(models.Model):
    """One row that only `migrator` can set: whether the clock may be set by whoever writes (`demo`, `test`)."""

    MODES = [("live", "live"), ("demo", "demo"), ("test", "test")]

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=4, choices=MODES, default="live")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_mode"),
            models.CheckConstraint(
                condition=models.Q(mode__in=["live", "demo", "test"]), name="a_mode_is_live_demo_or_test"
            ),
        ]

    def __str__(self) -> str:
        return self.mode
