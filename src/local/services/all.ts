// The services of the local AWS, one per line, in any order.
export { createCloudWatchService } from './cloudwatch/service.ts';
export { createDynamoService } from './dynamodb/service.ts';
export { createDynamoStreamsService } from './dynamodbstreams/service.ts';
export { createEventsService } from './events/service.ts';
export { createIamService } from './iam/service.ts';
export { createKinesisService } from './kinesis/service.ts';
export { createLambdaService } from './lambda/service.ts';
export { createLogsService } from './logs/service.ts';
export { createTaggingService } from './resourcegroupstaggingapi/service.ts';
export { createS3Service } from './s3/service.ts';
export { createSchedulerService } from './scheduler/service.ts';
export { createSecretsService } from './secretsmanager/service.ts';
export { createSnsService } from './sns/service.ts';
export { createSqsService } from './sqs/service.ts';
export { createSsmService } from './ssm/service.ts';
export { createStsService } from './sts/service.ts';
