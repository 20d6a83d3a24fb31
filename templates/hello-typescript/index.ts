interface Greeting {
  name?: string;
}

export async function handler(event: Greeting): Promise<{ statusCode: number; body: string }> {
  const name = event.name ?? 'World';
  console.log(`Processing request for: ${name}`);
  const message = `Hello, ${name}! Welcome to serverless computing.`;
  return { statusCode: 200, body: JSON.stringify({ message }) };
}
