# Runs the AWS CLI in forks of one process that has loaded it: a command takes a fifth of the time of a program of its own.
# Started by the CLI's own interpreter, with the path of the socket that client.py asks.
import array
import contextlib
import gc
import json
import os
import random
import signal
import socket
import sys
import traceback

import awscli.clidriver

# Set by the CLI when it is loaded.
data_path = {name: value for name, value in os.environ.items() if name == 'AWS_DATA_PATH'}
# Version 2 has a botocore of its own.
loaders = sys.modules.get('awscli.botocore.loaders') or sys.modules['botocore.loaders']
read = loaders.JSONFileLoader.load_file
models = {}


def read_once(self, path):
    if path not in models:
        models[path] = read(self, path)
    return models[path]


def warm_up():
    """Loads modules and models that most commands need. Runs none of them: version 2 would start threads."""
    loaders.JSONFileLoader.load_file = read_once
    driver = awscli.clidriver.create_clidriver()
    driver.create_help_command()
    for service in ('lambda', 'iam', 'logs', 'sts'):
        driver.session.get_service_model(service)
        driver.session.create_client(service, region_name='us-east-1')
        for model in (driver.session.get_paginator_model, driver.session.get_waiter_model):
            with contextlib.suppress(Exception):
                model(service)


def take(connection):
    """The request, and the client's stdin, stdout and stderr."""
    descriptors = array.array('i')
    room = socket.CMSG_SPACE(3 * descriptors.itemsize)
    data, ancillary, _, _ = connection.recvmsg(65536, room)
    for _, _, content in ancillary:
        descriptors.frombytes(content)
    while not data.endswith(b'\n'):
        data += connection.recv(65536)
    return json.loads(data), descriptors


def run(connection):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, descriptors = take(connection)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request['cwd'])
    os.environ.clear()
    os.environ.update(request['env'] | data_path)
    sys.argv = request['argv']
    random.seed()
    try:
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 255
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    connection.sendall(bytes([code or 0]))


def serve(path):
    warm_up()
    gc.freeze()
    # Children that have ended need nobody to ask how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(64)
    print('ready', flush=True)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            try:
                run(connection)
            finally:
                os._exit(0)
        connection.close()


serve(sys.argv[1])
