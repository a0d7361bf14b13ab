// Puts a value into a field whose picker is the browser's own, as the picker would. Arguments: field, value (of a
// list: the value behind a choice, or its words). Answers true, or with what there is to choose from.
const [field, wanted] = arguments;
const choices = [...(field.options ?? [])];
const choice = choices.find((one) => one.value === wanted) ?? choices.find((one) => one.text === wanted);
if (choices.length && !choice) return choices.map((one) => one.text);
field.focus();
field.value = choice ? choice.value : wanted;
for (const told of ['input', 'change']) field.dispatchEvent(new Event(told, { bubbles: true }));
return true;
