"""The stages that are there become those of a first pipeline, with the forecast category their probability says; reasons
of losses begin with what a new company has."""

from __future__ import annotations

from django.db import migrations

PIPELINE = """
insert into crm_pipeline (name, position, is_active, version, created_at, changed_at, custom)
select case when min(name) filter (where kind = 'won') = '赢单' then '销售' else 'Sales' end,
       10, true, 1, now(), now(), '{}'
  from crm_stage having count(*) > 0
"""
STAGES = """
update crm_stage set pipeline_id = (select min(id) from crm_pipeline),
       category = case when kind = 'lost' then 'omitted' when probability >= 75 then 'commit'
                       when probability >= 50 then 'best' else 'pipeline' end
"""
REASONS = """
insert into crm_lossreason (name, is_active, version, created_at, changed_at, custom)
select case when p.name = '销售' then n.zh else n.en end, true, 1, now(), now(), '{}'
  from crm_pipeline p,
       (values ('Price', '价格'), ('Delivery time', '交期'), ('Product does not fit', '产品不匹配'),
               ('Competitor', '竞争对手'), ('No budget', '无预算'), ('No decision', '客户未决策'),
               ('Other', '其他')) n(en, zh)
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0008_pipelines_and_forecast")]

    operations = [
        migrations.RunSQL(PIPELINE, migrations.RunSQL.noop),
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
        migrations.RunSQL(REASONS, migrations.RunSQL.noop),
    ]
