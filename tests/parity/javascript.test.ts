import { describeParity } from './describe-parity.ts';

describeParity('javascript');
