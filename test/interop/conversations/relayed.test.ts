import { describe } from 'vitest';
import { holdConversations } from './hold-conversations.js';

describe('a published client of our relay in front of our server', () => holdConversations({ relayed: true }));
