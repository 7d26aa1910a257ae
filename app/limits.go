package app

import "taut/webapi"

func (a *App) limits() webapi.Limits {
	return webapi.Limits{
		User: float64(a.config.UserRate), Workspace: float64(a.config.WorkspaceRate),
		Slack: a.config.SlackLimits(),
	}
}
