using System.Globalization;
using System.Resources;
using HaConsole.Web.Api;

namespace HaConsole.Web.Model.Balancers;

/// <summary>Findings in English, for API and command line: the very texts of the page.</summary>
public static class FindingTexts
{
    private static readonly ResourceManager Texts = new("HaConsole.Web.Resources.Components.Pages.LoadBalancer", typeof(FindingTexts).Assembly);

    /// <summary>A finding as one sentence or two.</summary>
    public static BalancerFinding Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var text = Texts.GetString("finding." + finding.Code, CultureInfo.InvariantCulture) ?? finding.Code;
        return new BalancerFinding(finding.Code, finding.IsWarning, finding.Seconds, finding.Endless, string.Format(CultureInfo.InvariantCulture, text, finding.Arguments));
    }
}
