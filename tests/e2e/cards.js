// Looks a card over with Microsoft's own parser and renderer (npm adaptivecards, on the page already). The troubles found, as sentences.
(card) => {
  const { AdaptiveCard, GlobalRegistry, SerializationContext, Versions } = globalThis.AdaptiveCards;
  const MOST = Versions.v1_4;
  const troubles = [];

  // Every type and property the card uses must be one the parser knows, and one that version 1.4 has: of others it says nothing.
  const known = (thing, where) => {
    if (Array.isArray(thing)) return thing.forEach((one, at) => known(one, `${where}[${at}]`));
    if (thing === null || typeof thing !== "object" || where.endsWith(".data")) return; // what a button carries is its own affair
    if (thing.type) {
      const registered = [GlobalRegistry.elements, GlobalRegistry.actions].map((one) => one.findByName(thing.type)).find(Boolean);
      const made = thing.type === "AdaptiveCard" ? new AdaptiveCard() : registered && new registered.objectType();
      if (!made) return troubles.push(`${where}: no type ${thing.type}`);
      if (registered && registered.schemaVersion.compareTo(MOST) > 0) troubles.push(`${where}: ${thing.type} is newer than 1.4`);
      const schema = made.getSchema();
      const properties = Array.from({ length: schema.getCount() }, (_, at) => schema.getItemAt(at));
      for (const name of Object.keys(thing)) {
        const property = properties.find((one) => one.name === name);
        if (!property && !["type", "fallback", "body", "inlines", "items", "actions"].includes(name)) troubles.push(`${where}: ${thing.type} knows no ${name}`);
        if (property && property.targetVersion.compareTo(MOST) > 0) troubles.push(`${where}: ${name} is newer than 1.4`);
      }
    }
    Object.entries(thing).forEach(([name, one]) => known(one, `${where}.${name}`));
  };
  known(card, "card");
  if (card.version !== "1.4") troubles.push(`version ${card.version}`);
  if (!card.fallbackText?.trim()) troubles.push("no fallback text");

  const context = new SerializationContext(MOST);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  for (let at = 0; at < context.eventCount; at++) troubles.push(`parser: ${context.getEventAt(at).message}`);
  for (const failure of parsed.validateProperties().validationEvents) troubles.push(`parser: ${failure.message}`);

  // Where the renderer reads Markdown, a policy's asterisks and brackets would be lost: such places are drawn as <b> here.
  AdaptiveCard.onProcessMarkdown = (text, result) => Object.assign(result, { didProcess: true, outputHtml: `<b>${text}</b>` });
  const drawn = parsed.render();
  document.body.replaceChildren(...(drawn ? [drawn] : []));
  if (!drawn) troubles.push("nothing is drawn");
  if (parsed.getItemCount() !== card.body.length) troubles.push(`${card.body.length} elements, ${parsed.getItemCount()} of them read`);
  for (let at = 0; at < parsed.getItemCount(); at++) {
    const element = parsed.getItemAt(at).renderedElement;
    if (!element || !element.innerText.trim() || !element.getBoundingClientRect().height) troubles.push(`element ${at} is drawn empty`);
  }
  // Spaces aside, every word of the card is on the screen, and nothing made of it but words and buttons.
  const squeezed = (text) => text.replace(/[\s\u200b]+/g, "");
  const shown = squeezed(document.body.innerText);
  const words = (thing) => Object.entries(thing).flatMap(([name, one]) =>
    ["text", "title"].includes(name) ? [one] : ["fallback", "data"].includes(name) || one === null || typeof one !== "object" ? [] : words(one));
  for (const text of words(card.body)) if (!shown.includes(squeezed(text))) troubles.push(`not shown: ${text.slice(0, 80)}`);
  for (const odd of document.body.querySelectorAll("script, img, iframe, a, b, i, strong, em, at")) troubles.push(`drawn as ${odd.outerHTML.slice(0, 80)}`);
  return troubles;
}
