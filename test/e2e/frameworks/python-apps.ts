// Apps of Python frameworks behind their usual adapters.

export const pythonPackages = [
  'fastapi==0.165.0',
  'mangum==0.22.0',
  'flask==3.1.3',
  'apig-wsgi==2.20.0',
  'serverless-wsgi==3.1.0',
];

const page = '<!doctype html><title>users</title>';
const digest = `import hashlib

def digest(data):
    return {'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()}

def lines():
    for number in (1, 2, 3):
        yield f'line {number}\\n'
`;

const fastapi = `${digest}
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from mangum import Mangum
app = FastAPI()

@app.get('/', response_class=HTMLResponse)
def home():
    return '${page}'

@app.get('/json')
def json(request: Request):
    return {**request.query_params, 'host': request.headers['host']}

@app.get('/cookies')
def cookies(request: Request):
    answer = RedirectResponse('/json', status_code=302)
    answer.set_cookie('one', request.headers.get('cookie', 'none').replace(';', '%3B').replace(' ', '%20').replace('=', '%3D'))
    answer.set_cookie('two', '2')
    return answer

@app.post('/upload')
async def upload(request: Request):
    return digest(await request.body())

@app.get('/stream')
def stream():
    return StreamingResponse(lines(), media_type='text/plain')

handler = Mangum(app)
`;

const flask = `${digest}
from flask import Flask, Response, redirect, request
app = Flask(__name__)

@app.get('/')
def home():
    return '${page}'

@app.get('/json')
def json():
    return {**request.args, 'host': request.host}

@app.get('/cookies')
def cookies():
    answer = redirect('/json')
    answer.set_cookie('one', request.headers.get('cookie', 'none').replace(';', '%3B').replace(' ', '%20').replace('=', '%3D'))
    answer.set_cookie('two', '2')
    return answer

@app.post('/upload')
def upload():
    return digest(request.get_data())

@app.get('/stream')
def stream():
    return Response(lines(), mimetype='text/plain')
`;

export const pythonApps: Readonly<Record<string, string>> = {
  'FastAPI with Mangum': fastapi,
  'Flask with apig-wsgi': `${flask}
from apig_wsgi import make_lambda_handler
handler = make_lambda_handler(app)
`,
  'Flask with serverless-wsgi': `${flask}
from serverless_wsgi import handle_request

def handler(event, context):
    return handle_request(app, event, context)
`,
};
