// The address of the function takes requests of every method and path.
export async function handler({ requestContext, rawPath, queryStringParameters = {} }) {
  const { method } = requestContext.http;
  console.log(`Processing request: ${method} ${rawPath}`);
  if (rawPath !== '/') return response(404, { error: 'Not found' });
  const { name = 'World' } = queryStringParameters;
  return response(200, { message: `Hello, ${name}! Welcome to serverless computing.` });
}

function response(statusCode, body) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
