import { describe } from 'vitest';
import { holdConversations } from './hold-conversations.js';

describe('a published client of our server', () => holdConversations({ relayed: false }));
