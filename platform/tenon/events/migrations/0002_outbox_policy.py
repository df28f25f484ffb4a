"""A company's role may add events in its own name, and neither read nor change any."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL("alter table events_outbox enable row level security", migrations.RunSQL.noop),
        migrations.RunSQL(
            "create policy events_outbox_own_name on events_outbox for insert with check (role = current_user)",
            "drop policy events_outbox_own_name on events_outbox",
        ),
    ]
