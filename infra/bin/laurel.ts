import { App } from 'aws-cdk-lib';
import { laurelStacks } from '../stacks/laurel-stacks.ts';

laurelStacks(new App());
