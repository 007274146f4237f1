package e2e

// ledgerRow is a number of the provincial ledger and what its callers meet in
// the embedded plan.
type ledgerRow struct {
	number, mode, department string

	queue string // that answers, or takes over
	skill string // that it asks for
	desk  string // the destination that is rung while it is open
}

// ledgerRows are the ledger's 32 numbers, in its order.
var ledgerRows = []ledgerRow{
	{number: "12396", mode: "merged", department: "省科技厅", queue: "general"},
	{number: "12300", mode: "merged", department: "省通信管理局", queue: "general"},
	{number: "12349", mode: "merged", department: "省民政厅", queue: "general"},
	{number: "12336", mode: "merged", department: "省自然资源厅", queue: "general"},
	{number: "12312", mode: "merged", department: "省商务厅", queue: "general"},
	{number: "12301", mode: "merged", department: "省文化和旅游厅", queue: "general"},
	{number: "12356", mode: "merged", department: "省卫生健康委", queue: "general", desk: "crisis"},
	{number: "96119", mode: "merged", department: "省消防救援总队", queue: "general"},
	{number: "12330", mode: "merged", department: "省市场监管局", queue: "market", skill: "market"},
	{number: "12331", mode: "merged", department: "省市场监管局", queue: "market", skill: "market"},
	{number: "12358", mode: "merged", department: "省市场监管局", queue: "market", skill: "market"},
	{number: "12365", mode: "merged", department: "省市场监管局", queue: "market", skill: "market"},
	{number: "12322", mode: "merged", department: "省地震局", queue: "general"},
	{number: "12348", mode: "dual", department: "省司法厅", queue: "law", skill: "law"},
	{number: "12333", mode: "dual", department: "省人力资源社会保障厅", queue: "social-security", skill: "social-security"},
	{number: "12369", mode: "dual", department: "省生态环境厅", queue: "general", skill: "environment"},
	{number: "12319", mode: "dual", department: "省住房城乡建设厅", queue: "general", skill: "housing"},
	{number: "12329", mode: "dual", department: "省住房城乡建设厅", queue: "housing-fund", skill: "housing"},
	{number: "12328", mode: "dual", department: "省交通运输厅", queue: "general", skill: "transport"},
	{number: "12316", mode: "dual", department: "省农业农村厅", queue: "agriculture", skill: "agriculture"},
	{number: "12318", mode: "dual", department: "省文化和旅游厅", queue: "general"},
	{number: "12320", mode: "dual", department: "省卫生健康委", queue: "health", skill: "health"},
	{number: "12350", mode: "dual", department: "省应急厅", queue: "general"},
	{number: "12315", mode: "dual", department: "省市场监管局", queue: "market", skill: "market"},
	{number: "12393", mode: "dual", department: "省医保局", queue: "general", skill: "medical-insurance"},
	{number: "12317", mode: "dual", department: "省乡村振兴局", queue: "general"},
	{number: "12385", mode: "dual", department: "省残联", queue: "general"},
	{number: "12360", mode: "subcenter", department: "合肥海关", queue: "general", desk: "customs"},
	{number: "12366", mode: "subcenter", department: "省税务局", queue: "general", skill: "tax", desk: "tax"},
	{number: "12313", mode: "subcenter", department: "省烟草专卖局", queue: "general", desk: "tobacco"},
	{number: "12367", mode: "subcenter", department: "省公安厅、省边检总站", queue: "general", skill: "immigration", desk: "immigration"},
	{number: "12305", mode: "subcenter", department: "省邮政管理局", queue: "general", desk: "post"},
}

// importedRows are numbers that `hotline number import` makes of importedFile.
var importedRows = []ledgerRow{
	{number: "96196", mode: "merged", department: "省民政厅", queue: "general"},
	{number: "05533812345", mode: "merged", department: "芜湖市城市管理局", queue: "general"},
	{number: "13955112345", mode: "merged", department: "省残联", queue: "general"},
}

// importedFile has a short, a fixed and a mobile number, as departments write
// them. Of the second department no clip says the name.
const importedFile = `号码,名称,部门,城市,过渡期起,过渡期止
96196,养老服务电话,省民政厅,,,
0553-3812345,城管热线,芜湖市城市管理局,芜湖,,
139 5511 2345,残联值班手机,省残联,,,
`

// clips is what the ledger's callers hear of the number's own before they are
// served, while they are 12345's.
func (r *ledgerRow) clips() []string {
	switch {
	case r.number == "12356":
		return []string{"crisis"} // never that it was merged
	case r.mode == "merged":
		return append(append([]string{"moved-1"}, spelled(r.number)...), "moved-2")
	}
	return []string{"greeting-" + r.number}
}

// importedClips name the department, if a clip does.
func (r *ledgerRow) importedClips() []string {
	out := []string{"moved-dept-1"}
	switch r.department {
	case "省民政厅":
		out = append(out, "department-civil-affairs")
	case "省残联":
		out = append(out, "department-disabled")
	}
	return append(append(append(out, "moved-dept-2"), spelled(r.number)...), "moved-2")
}

// spelled is a number as it is said: 幺 for 1.
func spelled(number string) (out []string) {
	for _, digit := range number {
		clip := "digit-" + string(digit)
		if digit == '1' {
			clip = "digit-yao"
		}
		out = append(out, clip)
	}
	return out
}
