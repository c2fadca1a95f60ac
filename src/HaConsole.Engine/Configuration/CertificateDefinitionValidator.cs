using FluentValidation;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of one certificate that both servers must have.</summary>
public sealed class CertificateDefinitionValidator : AbstractValidator<CertificateDefinition>
{
    /// <summary>Makes the rules.</summary>
    public CertificateDefinitionValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.CertificateFile, (_, v) => DefinitionRules.FilePath(v, needed: true));
        this.Check(x => x.PasswordFile, (x, v) => DefinitionRules.FilePath(v) ?? Differs(v, x.CertificateFile, x.KeyFile, x.ChainFile));
        this.Check(x => x.KeyFile, (x, v) => DefinitionRules.FilePath(v) ?? Differs(v, x.CertificateFile, x.ChainFile));
        this.Check(x => x.ChainFile, (x, v) => DefinitionRules.FilePath(v) ?? Differs(v, x.CertificateFile));
        this.Range(x => x.WarnDays, 1, 365);
        this.Range(x => x.CheckInterval, 1, 86400, "seconds");
    }

    private static string? Differs(string path, params string[] others)
        => path.Length > 0 && others.Contains(path, StringComparer.Ordinal) ? "it must be a file of its own; leave it empty when everything is in one file" : null;
}
