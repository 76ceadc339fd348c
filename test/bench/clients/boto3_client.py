"""The same tasks as tasks.ts has, by boto3."""

import json
import sys
import time

import boto3

ARN = "arn:aws:chime:us-east-1:123456789012:app-instance/00000000-0000-4000-8000-000000000001"
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


def connect(endpoint):
    return boto3.client("chime-sdk-identity", region_name="us-east-1", endpoint_url=endpoint, **KEYS)


def list_all(client):
    count, more = 0, {}
    while True:
        page = client.list_app_instances(MaxResults=50, **more)
        count += len(page["AppInstances"])
        if "NextToken" not in page:
            return count
        more = {"NextToken": page["NextToken"]}


def read(client, count):
    for _ in range(count):
        client.describe_app_instance(AppInstanceArn=ARN)
    return count


def main():
    if sys.argv[1:2] == ["once"]:
        print(list_all(connect(sys.argv[2])), flush=True)
        return
    clients = {}
    for line in sys.stdin:
        task, url, *count = line.split()
        client = clients.setdefault(url, None) or connect(url)
        clients[url] = client
        wall, cpu = time.perf_counter(), time.process_time()
        done = list_all(client) if task == "list" else read(client, int(count[0]))
        cost = {"wallMs": (time.perf_counter() - wall) * 1000, "cpuMs": (time.process_time() - cpu) * 1000, "done": done}
        print(json.dumps(cost), flush=True)


main()
