# `aws` for tests: hands its words, its environment and its streams to server.py, whose socket is beside it.
import array
import json
import os
import socket
import sys

server = socket.socket(socket.AF_UNIX)
server.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'socket'))
request = json.dumps({'argv': sys.argv, 'cwd': os.getcwd(), 'env': dict(os.environ)}).encode() + b'\n'
rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))
sent = server.sendmsg([request], [rights])
server.sendall(request[sent:])
answer = server.recv(1)
# The CLI ended without a word of its own.
sys.exit(answer[0] if answer else 255)
