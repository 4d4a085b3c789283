import { Set } from "../../interfaces"
import serie from "../Scarlet & Violet"

const set: Set = {
	id: "sv02",
	serie: serie,
	name: { en: "Paldea Evolved" },
	abbreviations: { official: "PAL" },
	cardCount: { official: 193 },
	releaseDate: "2023-06-09",
}

export default set
