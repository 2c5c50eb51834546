export { RuleModel, type RuleModelOptions, ruleModel } from './rule-model/rule-model.js';
