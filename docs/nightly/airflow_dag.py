"""One night as an Airflow task: put this file into the folder of the DAGs."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator  # type: ignore[import-not-found]
from airflow.sdk import DAG  # type: ignore[import-not-found]

with DAG(
    "batch_orders",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    # A missed night is not replayed: the files are still there.
    catchup=False,
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="inbox",
        # 1 and 3: the night went to its end, and something needs a person, who is told by message.
        bash_command=(
            "/opt/batch-orders/bin/batch-orders inbox /srv/orders --log-format json; "
            "code=$?; test $code -eq 1 -o $code -eq 3 && exit 0; exit $code"
        ),
        env={
            "BATCH_ORDERS_CONFIG": "/etc/batch-orders/batch-orders.toml",
            "BATCH_ORDERS_API_KEY_FILE": "/etc/batch-orders/api-key",
        },
        append_env=True,
        # Whatever a try left over waits in the inbox for the next night.
        retries=0,
    )
