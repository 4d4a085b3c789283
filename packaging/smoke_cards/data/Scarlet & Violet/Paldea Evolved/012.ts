import { Card } from "../../../interfaces"
import Set from "../Paldea Evolved"

// What stands on the first of our drawn samples (`training/samples.py`).
const card: Card = {
	set: Set,
	name: { en: "Sprigatito" },
	illustrator: "Megumi Mizutani",
	rarity: "Common",
	category: "Pokemon",
	hp: 60,
	types: ["Grass"],
	stage: "Basic",
	attacks: [
		{ cost: ["Grass"], name: { en: "Gather Sunlight" } },
		{ cost: ["Grass"], name: { en: "Seed Bomb" } },
	],
}

export default card
