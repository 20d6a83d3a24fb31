// Functions that tell the sink how old each event is. The time of sending is the body of the message, or the key's end.

/** The time that senders write: epoch milliseconds with a fraction. */
export const now = () => performance.timeOrigin + performance.now();

/** `sink`: it stands in the code, because not every emulator passes variables on. */
export const handlers = (sink) => ({
  node: {
    runtime: 'nodejs20.x',
    handler: 'lags.handler',
    file: 'lags.js',
    code: `const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
const sent = ({ body, s3 }) => Number(body ?? s3.object.key.split('/').pop());
exports.handler = async ({ Records }) => {
  const at = performance.timeOrigin + performance.now();
  const lags = JSON.stringify(Records.map((record) => at - sent(record)));
  await new Promise((resolve, reject) => {
    http
      .request('${sink}', { method: 'POST', agent }, (answer) => answer.resume().on('end', resolve))
      .on('error', reject)
      .end(lags);
  });
};
`,
  },
  python: {
    runtime: 'python3.11',
    handler: 'lags.handler',
    file: 'lags.py',
    code: `import json, time, urllib.request

def sent(record):
    return float(record["body"] if "body" in record else record["s3"]["object"]["key"].split("/")[-1])

def handler(event, context):
    at = time.time() * 1000
    lags = json.dumps([at - sent(record) for record in event["Records"]])
    urllib.request.urlopen(urllib.request.Request("${sink}", lags.encode(), method="POST")).read()
`,
  },
});
