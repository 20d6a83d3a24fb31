import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';

interface Request {
  routeKey: string;
  pathParameters?: { id?: string };
  body?: string;
  isBase64Encoded?: boolean;
}

interface User {
  userId: string;
  name: string;
  email?: string;
  createdAt?: string;
}

const table = DynamoDBDocumentClient.from(new DynamoDBClient(), {
  marshallOptions: { removeUndefinedValues: true },
});
const TableName = process.env.USERS_TABLE;

export async function handler(request: Request) {
  const { routeKey, pathParameters = {} } = request;
  const userId = pathParameters.id;
  switch (routeKey) {
    case 'GET /users': {
      const { Items } = await table.send(new ScanCommand({ TableName, Limit: 100 }));
      return response(200, Items);
    }
    case 'GET /users/{id}': {
      const user = await find(userId);
      return user ? response(200, user) : response(404, { error: 'User not found' });
    }
    case 'POST /users':
      return create(bodyOf(request));
    case 'PUT /users/{id}':
      return update(userId, bodyOf(request));
    case 'DELETE /users/{id}':
      await table.send(new DeleteCommand({ TableName, Key: { userId } }));
      return { statusCode: 204 };
    default:
      return response(404, { error: 'Not found' });
  }
}

/** API Gateway encodes bodies that do not say that they are JSON, such as those of `curl -d`. */
function bodyOf({ body = '{}', isBase64Encoded = false }: Request): Partial<User> {
  return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
}

async function find(userId?: string): Promise<User | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName, Key: { userId } }));
  return Item as User | undefined;
}

async function create({ userId, name, email }: Partial<User>) {
  if (!userId || !name) return response(400, { error: 'userId and name are needed' });
  const user: User = { userId, name, email, createdAt: new Date().toISOString() };
  await table.send(new PutCommand({ TableName, Item: user }));
  console.log(`Created user: ${userId}`);
  return response(201, user);
}

async function update(userId: string | undefined, { name, email }: Partial<User>) {
  const user = await find(userId);
  if (!user) return response(404, { error: 'User not found' });
  const changed: User = { ...user, name: name ?? user.name, email: email ?? user.email };
  await table.send(new PutCommand({ TableName, Item: changed }));
  return response(200, changed);
}

function response(statusCode: number, body: unknown) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
